window.YTD.deleted_tweets.part0 = [
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
        "4"
      ],
      "favorite_count" : "0",
      "id_str" : "1897225572971446273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1897225572971446273",
      "created_at" : "Wed Mar 05 10:00:00 +0000 2025",
      "favorited" : false,
      "full_text" : "gone",
      "lang" : "en",
      "deleted_at" : "x"
    }
  }
]