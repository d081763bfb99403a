window.YTD.tweet.part0 = [
  {
    "retweeted" : false,
    "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
    "entities" : {
      "hashtags" : [],
      "symbols" : [],
      "user_mentions" : [],
      "urls" : [],
      "media" : [
        {
          "expanded_url" : "https://twitter.com/mira_ton/status/991588097848246273/photo/1",
          "indices" : [
            "10",
            "33"
          ],
          "url" : "https://t.co/AbCdEf1234",
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
      "63"
    ],
    "favorite_count" : "0",
    "id_str" : "991588097848246273",
    "truncated" : false,
    "retweet_count" : "0",
    "id" : "991588097848246273",
    "created_at" : "Wed May 02 08:00:00 +0000 2018",
    "favorited" : false,
    "full_text" : "Brand im Ofen, 1240 °C &amp; steigend 🔥 https://t.co/AbCdEf1234",
    "lang" : "de",
    "extended_entities" : {
      "media" : [
        {
          "expanded_url" : "https://twitter.com/mira_ton/status/991588097848246273/photo/1",
          "indices" : [
            "10",
            "33"
          ],
          "url" : "https://t.co/AbCdEf1234",
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
  },
  {
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
      "24"
    ],
    "favorite_count" : "0",
    "id_str" : "991589356139446273",
    "truncated" : false,
    "retweet_count" : "0",
    "id" : "991589356139446273",
    "created_at" : "Wed May 02 08:05:00 +0000 2018",
    "favorited" : false,
    "full_text" : "Second firing, same kiln",
    "lang" : "en",
    "in_reply_to_status_id_str" : "991588097848246273",
    "in_reply_to_status_id" : "991588097848246273",
    "in_reply_to_user_id" : "200100",
    "in_reply_to_user_id_str" : "200100",
    "in_reply_to_screen_name" : "mira_ton"
  },
  {
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
        },
        {
          "name" : "Zoë 🦊",
          "screen_name" : "zoe_fox",
          "indices" : [
            "45",
            "53"
          ],
          "id_str" : "300503",
          "id" : "300503"
        }
      ],
      "urls" : []
    },
    "display_text_range" : [
      "0",
      "70"
    ],
    "favorite_count" : "0",
    "id_str" : "991965585208246273",
    "truncated" : false,
    "retweet_count" : "0",
    "id" : "991965585208246273",
    "created_at" : "Thu May 03 09:00:00 +0000 2018",
    "favorited" : false,
    "full_text" : "@adabyron &lt;3 the zine! Is it &quot;out&quot; yet? @zoe_fox asks too",
    "lang" : "en",
    "in_reply_to_status_id_str" : "991963068625846273",
    "in_reply_to_status_id" : "991963068625846273",
    "in_reply_to_user_id" : "300501",
    "in_reply_to_user_id_str" : "300501",
    "in_reply_to_screen_name" : "adabyron"
  },
  {
    "retweeted" : false,
    "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
    "entities" : {
      "hashtags" : [],
      "symbols" : [],
      "user_mentions" : [
        {
          "name" : "Jörg Öberg",
          "screen_name" : "joerg_old",
          "indices" : [
            "3",
            "13"
          ],
          "id_str" : "300502",
          "id" : "300502"
        },
        {
          "name" : "Ada Byron",
          "screen_name" : "adabyron",
          "indices" : [
            "112",
            "121"
          ],
          "id_str" : "300501",
          "id" : "300501"
        }
      ],
      "urls" : []
    },
    "display_text_range" : [
      "0",
      "134"
    ],
    "favorite_count" : "0",
    "id_str" : "992343072568246273",
    "truncated" : false,
    "retweet_count" : "0",
    "id" : "992343072568246273",
    "created_at" : "Fri May 04 10:00:00 +0000 2018",
    "favorited" : false,
    "full_text" : "RT @joerg_old: The glaze that took me four years: ash, bone, patience. And one long night beside the kiln with @adabyron and a lot of…",
    "lang" : "en"
  },
  {
    "retweeted" : false,
    "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
    "entities" : {
      "hashtags" : [],
      "symbols" : [],
      "user_mentions" : [],
      "urls" : [
        {
          "url" : "https://t.co/Quo1234567",
          "expanded_url" : "https://twitter.com/zoe_fox/status/992705460433846273",
          "display_url" : "twitter.com/zoe_fox/status",
          "indices" : [
            "0",
            "23"
          ]
        }
      ]
    },
    "display_text_range" : [
      "0",
      "36"
    ],
    "favorite_count" : "0",
    "id_str" : "992720559928246273",
    "truncated" : false,
    "retweet_count" : "0",
    "id" : "992720559928246273",
    "created_at" : "Sat May 05 11:00:00 +0000 2018",
    "favorited" : false,
    "full_text" : "Exactly this https://t.co/Quo1234567",
    "lang" : "en"
  },
  {
    "retweeted" : false,
    "source" : "<a href=\"http://twitter.com\" rel=\"nofollow\">Twitter Web Client</a>",
    "entities" : {
      "hashtags" : [],
      "symbols" : [],
      "user_mentions" : [
        {
          "name" : "Bo Lind",
          "screen_name" : "bo_lind",
          "indices" : [
            "12",
            "20"
          ],
          "id_str" : "300504",
          "id" : "300504"
        },
        {
          "name" : "Mira Köhler",
          "screen_name" : "mira_ton",
          "indices" : [
            "25",
            "34"
          ],
          "id_str" : "200100",
          "id" : "200100"
        }
      ],
      "urls" : []
    },
    "display_text_range" : [
      "0",
      "39"
    ],
    "favorite_count" : "0",
    "id_str" : "993098047288246273",
    "truncated" : false,
    "retweet_count" : "0",
    "id" : "993098047288246273",
    "created_at" : "Sun May 06 12:00:00 +0000 2018",
    "favorited" : false,
    "full_text" : "Coffee with @bo_lind and @mira_ton (me)",
    "lang" : "en"
  }
]