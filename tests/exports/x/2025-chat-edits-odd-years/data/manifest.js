window.__THAR_CONFIG = {
  "userInfo" : {
    "accountId" : "200100",
    "userName" : "mira_ton",
    "displayName" : "Mira Köhler"
  },
  "archiveInfo" : {
    "sizeBytes" : "48211",
    "generationDate" : "2025-10-01T06:00:00.000Z",
    "isPartialArchive" : true,
    "maxPartSizeBytes" : "53687091200"
  },
  "readmeInfo" : {
    "fileName" : "data/README.txt",
    "directory" : "data/",
    "name" : "README.txt"
  },
  "dataTypes" : {
    "tweets" : {
      "files" : [
        {
          "fileName" : "data/tweets.js",
          "globalName" : "YTD.tweets.part0",
          "count" : "9"
        },
        {
          "fileName" : "data/tweets-part1.js",
          "globalName" : "YTD.tweets.part1",
          "count" : "3"
        }
      ]
    },
    "directMessages" : {
      "files" : [
        {
          "fileName" : "data/direct-messages.js",
          "globalName" : "YTD.direct_messages.part0",
          "count" : "3"
        }
      ]
    },
    "messageEvent" : {
      "files" : [
        {
          "fileName" : "data/message-event.js",
          "globalName" : "YTD.message_event.part0",
          "count" : "6"
        }
      ]
    },
    "adEngagements" : {
      "files" : [
        {
          "fileName" : "data/ad-engagements.js",
          "globalName" : "YTD.ad_engagements.part0",
          "count" : "7"
        }
      ]
    }
  }
}