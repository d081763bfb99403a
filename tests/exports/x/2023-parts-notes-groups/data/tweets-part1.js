window.YTD.tweets.part1 = [
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
              "20",
              "29"
            ],
            "id_str" : "300502",
            "id" : "300502"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "30"
      ],
      "favorite_count" : "0",
      "id_str" : "1606711300715446273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1606711300715446273",
      "created_at" : "Sat Dec 24 18:00:00 +0000 2022",
      "favorited" : false,
      "full_text" : "Frohe Weihnachten, @joerg_oe 🎄",
      "lang" : "de"
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
              "3",
              "13"
            ],
            "id_str" : "-1",
            "id" : "-1"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "28"
      ],
      "favorite_count" : "0",
      "id_str" : "1591025694274486273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1591025694274486273",
      "created_at" : "Fri Nov 11 11:11:00 +0000 2022",
      "favorited" : false,
      "full_text" : "RT @gone_girl: nothing lasts",
      "lang" : "en"
    }
  }
]