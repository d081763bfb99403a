Grailbird.data.tweets_2013_01 = 
 [
  {
    "source" : "web",
    "entities" : {
      "user_mentions" : [
        {
          "name" : "Ada Byron",
          "screen_name" : "adabyron",
          "indices" : [
            0,
            9
          ],
          "id_str" : "300501",
          "id" : 300501
        }
      ],
      "media" : [],
      "hashtags" : [],
      "urls" : []
    },
    "geo" : {},
    "id_str" : "287537664226230273",
    "text" : "RT @adabyron: The difference engine &amp; the kiln: both need patience, both explode when you hurry, and both are finished when somebody else s...",
    "retweeted_status" : {
      "source" : "web",
      "entities" : {
        "user_mentions" : [],
        "media" : [],
        "hashtags" : [],
        "urls" : []
      },
      "geo" : {},
      "id_str" : "287513773470646273",
      "text" : "The difference engine &amp; the kiln",
      "id" : 287513773470646273,
      "created_at" : "2013-01-05 12:34:56 +0000",
      "user" : {
        "name" : "Ada Byron",
        "screen_name" : "adabyron",
        "protected" : false,
        "id_str" : "300501",
        "id" : 300501
      }
    },
    "id" : 287537664226230273,
    "created_at" : "2013-01-05 12:34:56 +0000",
    "user" : {
      "name" : "Mira Köhler",
      "screen_name" : "mira_ton",
      "protected" : false,
      "id_str" : "200100",
      "profile_image_url_https" : "https://pbs.twimg.com/a.jpg",
      "id" : 200100,
      "verified" : false
    }
  },
  {
    "source" : "web",
    "entities" : {
      "user_mentions" : [
        {
          "name" : "Ada Byron",
          "screen_name" : "adabyron",
          "indices" : [
            0,
            9
          ],
          "id_str" : "300501",
          "id" : 300501
        }
      ],
      "media" : [],
      "hashtags" : [],
      "urls" : [
        {
          "url" : "http://t.co/abc12345",
          "indices" : [
            0,
            20
          ],
          "expanded_url" : "http://mira.example/breakfast",
          "display_url" : "x"
        }
      ]
    },
    "geo" : {},
    "id_str" : "287106087121846273",
    "text" : "Breakfast with @adabyron http://t.co/abc12345",
    "id" : 287106087121846273,
    "created_at" : "2013-01-04 08:00:00 +0000",
    "user" : {
      "name" : "Mira Köhler",
      "screen_name" : "mira_ton",
      "protected" : false,
      "id_str" : "200100",
      "profile_image_url_https" : "https://pbs.twimg.com/a.jpg",
      "id" : 200100,
      "verified" : false
    }
  },
  {
    "source" : "web",
    "entities" : {
      "user_mentions" : [
        {
          "name" : "Mira Köhler",
          "screen_name" : "mira_alt",
          "indices" : [
            0,
            9
          ],
          "id_str" : "200100",
          "id" : 200100
        }
      ],
      "media" : [],
      "hashtags" : [],
      "urls" : []
    },
    "geo" : {},
    "id_str" : "286743699256246273",
    "text" : "@mira_alt and another thing",
    "in_reply_to_status_id_str" : "9100000001",
    "in_reply_to_user_id" : 200100,
    "in_reply_to_status_id" : 9100000001,
    "in_reply_to_screen_name" : "mira_alt",
    "id" : 286743699256246273,
    "created_at" : "2013-01-03 08:00:00 +0000",
    "user" : {
      "name" : "Mira Köhler",
      "screen_name" : "mira_ton",
      "protected" : false,
      "id_str" : "200100",
      "profile_image_url_https" : "https://pbs.twimg.com/a.jpg",
      "id" : 200100,
      "verified" : false
    }
  }
]