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
            "name" : "Jörg Öberg",
            "screen_name" : "joerg_oe",
            "indices" : [
              "0",
              "9"
            ],
            "id_str" : "300502",
            "id" : "300502"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "27"
      ],
      "favorite_count" : "0",
      "id_str" : "1245289802757046273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1245289802757046273",
      "created_at" : "Wed Apr 01 10:00:00 +0000 2020",
      "favorited" : false,
      "full_text" : "@joerg_oe Grüße aus Köln! 👋",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1245274703262646273",
      "in_reply_to_status_id" : "1245274703262646273",
      "in_reply_to_user_id" : "300502",
      "in_reply_to_user_id_str" : "300502",
      "in_reply_to_screen_name" : "joerg_oe"
    }
  },
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
      "entities" : {
        "hashtags" : [],
        "symbols" : [],
        "user_mentions" : [],
        "urls" : [
          {
            "url" : "https://t.co/Blog000001",
            "expanded_url" : "https://mira.example/firing?a=1&b=2",
            "display_url" : "mira.example/firing?a=1&b=",
            "indices" : [
              "0",
              "23"
            ]
          },
          {
            "url" : "https://t.co/Blog000001b",
            "expanded_url" : "https://mira.example/zine",
            "display_url" : "mira.example/zine",
            "indices" : [
              "0",
              "23"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "84"
      ],
      "favorite_count" : "0",
      "id_str" : "1245652190622646273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1245652190622646273",
      "created_at" : "Thu Apr 02 10:00:00 +0000 2020",
      "favorited" : false,
      "full_text" : "New blog post: firing schedules https://t.co/Blog000001 and https://t.co/Blog000001b",
      "lang" : "en"
    }
  },
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
      "id_str" : "1246014578488246273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1246014578488246273",
      "created_at" : "Fri Apr 03 10:00:00 +0000 2020",
      "favorited" : false,
      "full_text" : "Who else answers to nobody?",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1245848484049846273",
      "in_reply_to_status_id" : "1245848484049846273"
    }
  }
]