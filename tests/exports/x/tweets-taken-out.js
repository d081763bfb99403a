window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
      "entities" : {
        "hashtags" : [],
        "symbols" : [],
        "user_mentions" : [],
        "urls" : [],
        "media" : [
          {
            "expanded_url" : "https://twitter.com/mira_ton/status/1785610110366646273/photo/1",
            "indices" : [
              "10",
              "33"
            ],
            "url" : "https://t.co/P1",
            "media_url" : "http://pbs.twimg.com/media/Dk1.jpg",
            "id_str" : "1",
            "id" : "1",
            "media_url_https" : "https://pbs.twimg.com/media/Dk1.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              }
            },
            "type" : "photo",
            "display_url" : "pic.twitter.com/x"
          }
        ]
      },
      "display_text_range" : [
        "0",
        "3"
      ],
      "favorite_count" : "0",
      "id_str" : "1785610110366646273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1785610110366646273",
      "created_at" : "Wed May 01 10:00:00 +0000 2024",
      "favorited" : false,
      "full_text" : "One",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://twitter.com/mira_ton/status/1785610110366646273/photo/1",
            "indices" : [
              "10",
              "33"
            ],
            "url" : "https://t.co/P1",
            "media_url" : "http://pbs.twimg.com/media/Dk1.jpg",
            "id_str" : "1",
            "id" : "1",
            "media_url_https" : "https://pbs.twimg.com/media/Dk1.jpg",
            "sizes" : {
              "small" : {
                "w" : "680",
                "h" : "510",
                "resize" : "fit"
              }
            },
            "type" : "photo",
            "display_url" : "pic.twitter.com/x"
          }
        ]
      }
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
        "3"
      ],
      "favorite_count" : "0",
      "id_str" : "1785610362024886273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1785610362024886273",
      "created_at" : "Wed May 01 10:01:00 +0000 2024",
      "favorited" : false,
      "full_text" : "Two",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1785610110366646273",
      "in_reply_to_status_id" : "1785610110366646273",
      "in_reply_to_user_id" : "200100",
      "in_reply_to_user_id_str" : "200100",
      "in_reply_to_screen_name" : "mira_ton"
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
            "name" : "Zoë 🦊",
            "screen_name" : "zoe_fox",
            "indices" : [
              "0",
              "8"
            ],
            "id_str" : "300503",
            "id" : "300503"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "14"
      ],
      "favorite_count" : "0",
      "id_str" : "1785610613683126273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1785610613683126273",
      "created_at" : "Wed May 01 10:02:00 +0000 2024",
      "favorited" : false,
      "full_text" : "@zoe_fox three",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1785595010872246273",
      "in_reply_to_status_id" : "1785595010872246273",
      "in_reply_to_user_id" : "300503",
      "in_reply_to_user_id_str" : "300503",
      "in_reply_to_screen_name" : "zoe_fox"
    }
  }
]