window.YTD.direct_messages_group.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "1234567890123456789",
      "messages" : [
        {
          "messageCreate" : {
            "reactions" : [],
            "urls" : [],
            "text" : "Jetzt sind wir nur noch drei",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1645366006379446273",
            "createdAt" : "2023-04-10T10:00:00.000Z"
          }
        },
        {
          "participantsLeave" : {
            "userIds" : [
              "300504"
            ],
            "createdAt" : "2023-04-09T10:00:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "reactions" : [
              {
                "senderId" : "300501",
                "reactionKey" : "sad",
                "eventId" : "1",
                "createdAt" : "2023-04-08T10:01:00.000Z"
              },
              {
                "senderId" : "200100",
                "reactionKey" : "sad",
                "eventId" : "2",
                "createdAt" : "2023-04-08T10:02:00.000Z"
              }
            ],
            "urls" : [],
            "text" : "Bye everyone",
            "mediaUrls" : [],
            "senderId" : "300504",
            "id" : "1644641230648246273",
            "createdAt" : "2023-04-08T10:00:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "recipientId" : "0",
            "reactions" : [
              {
                "senderId" : "300503",
                "reactionKey" : "emoji_pottery",
                "eventId" : "3",
                "createdAt" : "2023-04-07T10:01:00.000Z"
              }
            ],
            "urls" : [],
            "text" : "Welcome Bo!",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1644278842782646273",
            "createdAt" : "2023-04-07T10:00:00.000Z"
          }
        },
        {
          "participantsJoin" : {
            "initiatingUserId" : "300501",
            "userIds" : [
              "300504"
            ],
            "createdAt" : "2023-04-06T10:00:00.000Z"
          }
        },
        {
          "conversationNameUpdate" : {
            "initiatingUserId" : "300501",
            "name" : "Töpfer 🏺",
            "createdAt" : "2023-04-05T11:00:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "reactions" : [],
            "urls" : [],
            "text" : "Hallo ihr zwei",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1643554067051446273",
            "createdAt" : "2023-04-05T10:00:00.000Z"
          }
        },
        {
          "joinConversation" : {
            "initiatingUserId" : "300501",
            "participantsSnapshot" : [
              "300501",
              "300503",
              "200100"
            ],
            "createdAt" : "2023-04-04T10:00:00.000Z"
          }
        }
      ]
    }
  },
  {
    "dmConversation" : {
      "conversationId" : "1234567890123456790",
      "messages" : [
        {
          "messageCreate" : {
            "reactions" : [],
            "urls" : [],
            "text" : "Only us two here",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1652976151557046273",
            "createdAt" : "2023-05-01T10:00:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "reactions" : [],
            "urls" : [],
            "text" : "A group of two, strange",
            "mediaUrls" : [],
            "senderId" : "300502",
            "id" : "1652961052062646273",
            "createdAt" : "2023-05-01T09:00:00.000Z"
          }
        }
      ]
    }
  }
]