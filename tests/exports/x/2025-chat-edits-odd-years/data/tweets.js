window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "edit_info" : {
        "initial" : {
          "editTweetIds" : [
            "1895776021509046273",
            "1895777028142006273",
            "1895778286433206273"
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
        "24"
      ],
      "favorite_count" : "0",
      "id_str" : "1895776021509046273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1895776021509046273",
      "created_at" : "Sat Mar 01 10:00:00 +0000 2025",
      "favorited" : false,
      "full_text" : "@zoe_fox Teh kiln is hot",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1895760922014646273",
      "in_reply_to_status_id" : "1895760922014646273",
      "in_reply_to_user_id" : "300503",
      "in_reply_to_user_id_str" : "300503",
      "in_reply_to_screen_name" : "zoe_fox"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "edit" : {
          "initialTweetId" : "1895776021509046273",
          "editControlInitial" : {
            "editTweetIds" : [
              "1895776021509046273",
              "1895777028142006273",
              "1895778286433206273"
            ],
            "editableUntil" : "2025-03-01T11:00:00.000Z",
            "editsRemaining" : "3",
            "isEditEligible" : true
          }
        }
      },
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
        "24"
      ],
      "favorite_count" : "0",
      "id_str" : "1895777028142006273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1895777028142006273",
      "created_at" : "Sat Mar 01 10:04:00 +0000 2025",
      "favorited" : false,
      "full_text" : "@zoe_fox The kiln is hto",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1895760922014646273",
      "in_reply_to_status_id" : "1895760922014646273",
      "in_reply_to_user_id" : "300503",
      "in_reply_to_user_id_str" : "300503",
      "in_reply_to_screen_name" : "zoe_fox"
    }
  },
  {
    "tweet" : {
      "edit_info" : {
        "edit" : {
          "initialTweetId" : "1895776021509046273",
          "editControlInitial" : {
            "editTweetIds" : [
              "1895776021509046273",
              "1895777028142006273",
              "1895778286433206273"
            ],
            "editableUntil" : "2025-03-01T11:00:00.000Z",
            "editsRemaining" : "3",
            "isEditEligible" : true
          }
        }
      },
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
        "24"
      ],
      "favorite_count" : "0",
      "id_str" : "1895778286433206273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1895778286433206273",
      "created_at" : "Sat Mar 01 10:09:00 +0000 2025",
      "favorited" : false,
      "full_text" : "@zoe_fox The kiln is hot",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1895760922014646273",
      "in_reply_to_status_id" : "1895760922014646273",
      "in_reply_to_user_id" : "300503",
      "in_reply_to_user_id_str" : "300503",
      "in_reply_to_screen_name" : "zoe_fox"
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
            "name" : "Bo Lind",
            "screen_name" : "bo_lind",
            "indices" : [
              "0",
              "8"
            ],
            "id_str" : "300504",
            "id" : "300504"
          }
        ],
        "urls" : []
      },
      "display_text_range" : [
        "0",
        "30"
      ],
      "favorite_count" : "0",
      "id_str" : "1885871264887734273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1885871264887734273",
      "created_at" : "Thu Jan 01 00:00:00 +0000 1970",
      "favorited" : false,
      "full_text" : "@bo_lind time is a flat circle",
      "lang" : "en",
      "in_reply_to_status_id_str" : "1885855653688246273",
      "in_reply_to_status_id" : "1885855653688246273",
      "in_reply_to_user_id" : "300504",
      "in_reply_to_user_id_str" : "300504",
      "in_reply_to_screen_name" : "bo_lind"
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
        "21"
      ],
      "favorite_count" : "0",
      "id_str" : "1886233654850486273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1886233654850486273",
      "created_at" : "Wed Feb 03 02:02:02 +0000 0057",
      "favorited" : false,
      "full_text" : "Posted in the year 57",
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
        "18"
      ],
      "favorite_count" : "0",
      "id_str" : "1874259497841590273",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1874259497841590273",
      "created_at" : "Wed Jan 01 01:01:01 +0000 2025",
      "favorited" : false,
      "full_text" : "Half an emoji \ud83d",
      "lang" : "en"
    }
  },
  {
    "tweet" : {
      "id_str" : 5,
      "full_text" : [
        "not",
        "a",
        "text"
      ],
      "created_at" : "Wed Jan 01 00:00:00 +0000 2025"
    }
  },
  {
    "tweet" : {
      "full_text" : "no id at all",
      "created_at" : "Wed Jan 01 00:00:00 +0000 2025"
    }
  }
]