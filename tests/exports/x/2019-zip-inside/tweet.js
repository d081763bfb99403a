window.YTD.tweet.part0 = [
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
      "entities" : {
        "hashtags" : [],
        "symbols" : [],
        "user_mentions" : [
          {
            "name" : "Gone Girl",
            "screen_name" : "gone_girl",
            "indices" : [
              "0",
              "10"
            ],
            "id_str" : "-1",
            "id" : "-1"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "30"
      ],
      "favorite_count" : "0",
      "id_str" : "1197062017643446273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1197062017643446273",
      "created_at" : "Wed Nov 20 08:00:00 +0000 2019",
      "favorited" : false,
      "full_text" : "@gone_girl where did you go? 😢",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1196699629777846273",
      "in_reply_to_status_id" : "1196699629777846273",
      "in_reply_to_screen_name" : "gone_girl"
    }
  },
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
      "entities" : {
        "hashtags" : [],
        "symbols" : [],
        "user_mentions" : [
          {
            "name" : "Gone Girl",
            "screen_name" : "gone_girl",
            "indices" : [
              "6",
              "16"
            ],
            "id_str" : "-1",
            "id" : "-1"
          },
          {
            "name" : "Zoë 🦊",
            "screen_name" : "zoe_fox",
            "indices" : [
              "24",
              "32"
            ],
            "id_str" : "300503",
            "id" : "300503"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "32"
      ],
      "favorite_count" : "0",
      "id_str" : "1197424405509046273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1197424405509046273",
      "created_at" : "Thu Nov 21 08:00:00 +0000 2019",
      "favorited" : false,
      "full_text" : "Hello @gone_girl, hello @zoe_fox",
      "lang" : "en"
    }
  }
]