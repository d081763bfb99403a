window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1675081811358646273"
          ],
          "editableUntil" : "2023-07-01T11:00:00.000Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
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
        "296"
      ],
      "favorite_count" : "0",
      "id_str" : "1675081811358646273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1675081811358646273",
      "created_at" : "Sat Jul 01 10:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "A long one about kilns. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves,… https://t.co/Cut0000001",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1675112010347446273"
          ],
          "editableUntil" : "2023-07-01T11:00:00.000Z",
          "editsRemaining" : "5",
          "isEditEligible" : true
        }
      },
      "retweeted" : false,
      "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
      "entities" : {
        "hashtags" : [],
        "symbols" : [],
        "user_mentions" : [
          {
            "name" : "Ada Byron",
            "screen_name" : "adabyron",
            "indices" : [
              "0",
              "9"
            ],
            "id_str" : "300501",
            "id" : "300501"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "295"
      ],
      "favorite_count" : "0",
      "id_str" : "1675112010347446273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1675112010347446273",
      "created_at" : "Sat Jul 01 12:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "@adabyron I have thought about this for a week. Porcelain forgives nothing, stoneware forgives most things, and earthenware was never angry. Porcelain forgives nothing, stoneware forgives most things, and earthenware was never angry. Porcelain forgives nothing, stonewar… https://t.co/Cut0000002",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1675096910853046273",
      "in_reply_to_status_id" : "1675096910853046273",
      "in_reply_to_user_id" : "300501",
      "in_reply_to_user_id_str" : "300501",
      "in_reply_to_screen_name" : "adabyron"
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
              "3",
              "11"
            ],
            "id_str" : "300503",
            "id" : "300503"
          }
        ],
        "urls" : [],
        "media" : [
          {
            "expanded_url" : "https://twitter.com/zoe_fox/status/1674704323998646273/photo/1",
            "indices" : [
              "10",
              "33"
            ],
            "url" : "https://t.co/Img0000001",
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
            "display_url" : "pic.twitter.com/x",
            "source_status_id" : "1674704323998646273",
            "source_status_id_str" : "1674704323998646273",
            "source_user_id" : "300503",
            "source_user_id_str" : "300503"
          }
        ]
      },
      "display_text_range" : [
        "0",
        "59"
      ],
      "favorite_count" : "0",
      "id_str" : "1675444199224246273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1675444199224246273",
      "created_at" : "Sun Jul 02 10:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "RT @zoe_fox: Open studio on Sunday! https://t.co/Img0000001",
      "lang" : "en",
      "extended_entities" : {
        "media" : [
          {
            "expanded_url" : "https://twitter.com/zoe_fox/status/1674704323998646273/photo/1",
            "indices" : [
              "10",
              "33"
            ],
            "url" : "https://t.co/Img0000001",
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
            "display_url" : "pic.twitter.com/x",
            "source_status_id" : "1674704323998646273",
            "source_status_id_str" : "1674704323998646273",
            "source_user_id" : "300503",
            "source_user_id_str" : "300503"
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
        "user_mentions" : [
          {
            "name" : "Ada Byron",
            "screen_name" : "adabyron",
            "indices" : [
              "0",
              "9"
            ],
            "id_str" : "300501",
            "id" : "300501"
          }
        ],
        "urls" : [
          {
            "url" : "https://t.co/Quo0000001",
            "expanded_url" : "https://x.com/bo_lind/status/1675414000235446273?s=20",
            "display_url" : "x.com/bo_lind/status/16754",
            "indices" : [
              "0",
              "23"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "44"
      ],
      "favorite_count" : "0",
      "id_str" : "1675806587089846273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1675806587089846273",
      "created_at" : "Mon Jul 03 10:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "@adabyron seen this? https://t.co/Quo0000001",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1675791487595446273",
      "in_reply_to_status_id" : "1675791487595446273",
      "in_reply_to_user_id" : "300501",
      "in_reply_to_user_id_str" : "300501",
      "in_reply_to_screen_name" : "adabyron"
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
            "url" : "https://t.co/Own0000001",
            "expanded_url" : "https://twitter.com/Mira_Ton/status/1675081811358646273",
            "display_url" : "twitter.com/Mira_Ton/statu",
            "indices" : [
              "0",
              "23"
            ]
          }
        ]
      },
      "display_text_range" : [
        "0",
        "40"
      ],
      "favorite_count" : "0",
      "id_str" : "1676168974955446273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1676168974955446273",
      "created_at" : "Tue Jul 04 10:00:00 +0000 2023",
      "favorited" : false,
      "full_text" : "My own old words https://t.co/Own0000001",
      "lang" : "en"
    }
  }
]