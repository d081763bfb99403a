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
        "27"
      ],
      "favorite_count" : "0",
      "id_str" : "1676531362821046273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1676531362821046273",
      "created_at" : "Wed Jul 05 10:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "I should not have said that",
      "lang" : "en",
      "deleted_at" : "Wed Jul 05 10:05:00 +0000 2023"
    }
  }
]