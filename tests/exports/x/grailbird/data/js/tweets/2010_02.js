Grailbird.data.tweets_2010_02 = 
 [
  {
    "source" : "web",
    "entities" : {
      "user_mentions" : [
        {
          "name" : "Jörg Öberg",
          "screen_name" : "joerg_old",
          "indices" : [
            0,
            9
          ],
          "id_str" : "300502",
          "id" : 300502
        }
      ],
      "media" : [],
      "hashtags" : [],
      "urls" : []
    },
    "geo" : {},
    "id_str" : "9111000001",
    "text" : "@joerg_old guten Abend",
    "in_reply_to_status_id_str" : "9110000001",
    "in_reply_to_user_id" : 300502,
    "in_reply_to_status_id" : 9110000001,
    "in_reply_to_screen_name" : "joerg_old",
    "id" : 9111000001,
    "created_at" : "2010-02-20 00:00:00 +0000",
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
      "user_mentions" : [],
      "media" : [],
      "hashtags" : [],
      "urls" : []
    },
    "geo" : {},
    "id_str" : "9100000001",
    "text" : "just setting up my twttr",
    "id" : 9100000001,
    "created_at" : "2010-02-14 00:00:00 +0000",
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