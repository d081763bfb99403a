window.YTD.note_tweet.part0 = [
  {
    "noteTweet" : {
      "noteTweetId" : "1675081807164342273",
      "updatedAt" : "2023-07-01T10:00:01.000Z",
      "lifecycle" : {
        "value" : "1",
        "name" : "Expanded",
        "originalName" : "Expanded",
        "annotations" : {}
      },
      "createdAt" : "2023-07-01T10:00:01.000Z",
      "core" : {
        "styletags" : [],
        "urls" : [
          {
            "expandedUrl" : "https://mira.example/kilns",
            "toIndex" : "700",
            "shortUrl" : "https://t.co/Note000001",
            "displayUrl" : "mira.example/kilns",
            "fromIndex" : "677"
          }
        ],
        "text" : "A long one about kilns. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. First you stack the shelves, then you wait, and then you wait some more. Ende. 🏺 https://t.co/Note000001",
        "mentions" : [],
        "cashtags" : [],
        "hashtags" : []
      }
    }
  },
  {
    "noteTweet" : {
      "noteTweetId" : "1675112006153142273",
      "updatedAt" : "2023-07-01T12:00:00.000Z",
      "lifecycle" : {
        "value" : "1",
        "name" : "Expanded"
      },
      "createdAt" : "2023-07-01T12:00:00.000Z",
      "core" : {
        "styletags" : [],
        "urls" : [],
        "text" : "I have thought about this for a week. Porcelain forgives nothing, stoneware forgives most things, and earthenware was never angry. Porcelain forgives nothing, stoneware forgives most things, and earthenware was never angry. Porcelain forgives nothing, stoneware forgives most things, and earthenware was never angry. Porcelain forgives nothing, stoneware forgives most things, and earthenware was never angry.",
        "mentions" : [
          {
            "screenName" : "adabyron",
            "fromIndex" : "0",
            "toIndex" : "9"
          }
        ],
        "cashtags" : [],
        "hashtags" : []
      }
    }
  }
]