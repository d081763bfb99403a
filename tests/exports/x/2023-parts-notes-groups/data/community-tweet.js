window.YTD.community_tweet.part0 = [
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
      "entities" : {
        "hashtags" : [],
        "symbols" : [],
        "user_mentions" : [],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "33"
      ],
      "favorite_count" : "0",
      "id_str" : "1654351463838646273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1654351463838646273",
      "created_at" : "Fri May 05 05:05:00 +0000 2023",
      "favorited" : false,
      "full_text" : "Does anybody here fire with wood?",
      "lang" : "en",
      "scopes" : {
        "followers" : false
      },
      "community_id_str" : "1493446837214187523"
    }
  }
]