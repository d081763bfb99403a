window.YTD.direct_messages.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "300501-200100",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "reactions" : [],
            "urls" : [],
            "text" : "Last one before X Chat",
            "mediaUrls" : [],
            "senderId" : "300501",
            "id" : "1875844688901046273",
            "createdAt" : "2025-01-05T10:00:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "id" : "1875482301035446273",
            "senderId" : "200100",
            "recipientId" : "300501",
            "text" : {
              "oops" : 1
            },
            "createdAt" : "2025-01-04T10:00:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "id" : "1875119913169846273",
            "senderId" : "200100",
            "recipientId" : "300501",
            "text" : "out of time",
            "createdAt" : "0000-00-00T00:00:00.000Z"
          }
        }
      ]
    }
  },
  {
    "dmConversation" : {
      "conversationId" : "111-222",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "222",
            "reactions" : [],
            "urls" : [],
            "text" : "not mine",
            "mediaUrls" : [],
            "senderId" : "111",
            "id" : "1876207076766646273",
            "createdAt" : "2025-01-06T10:00:00.000Z"
          }
        }
      ]
    }
  },
  {
    "dmConversation" : {
      "conversationId" : "200100-200100",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "reactions" : [],
            "urls" : [],
            "text" : "note to self",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1876569464632246273",
            "createdAt" : "2025-01-07T10:00:00.000Z"
          }
        }
      ]
    }
  }
]