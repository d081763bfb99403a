window.YTD.direct_messages.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "200100-300501",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "reactions" : [
              {
                "senderId" : "200100",
                "reactionKey" : "like",
                "eventId" : "1630872001704886273",
                "createdAt" : "2023-03-01T10:06:00.000Z"
              }
            ],
            "urls" : [
              {
                "url" : "https://t.co/Dm00000001",
                "expanded" : "https://ada.example/essay",
                "display" : "ada.example/essay"
              }
            ],
            "text" : "Der Essay ist fertig: https://t.co/Dm00000001",
            "mediaUrls" : [],
            "senderId" : "300501",
            "id" : "1630871750046646273",
            "createdAt" : "2023-03-01T10:05:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "recipientId" : "300501",
            "reactions" : [
              {
                "senderId" : "300501",
                "reactionKey" : "funny",
                "eventId" : "1630870743413686273",
                "createdAt" : "2023-03-01T10:01:00.000Z"
              }
            ],
            "urls" : [],
            "text" : "Did you ever finish the essay on kilns?",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1630870491755446273",
            "createdAt" : "2023-03-01T10:00:00.000Z"
          }
        }
      ]
    }
  },
  {
    "dmConversation" : {
      "conversationId" : "200100-300501",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "reactions" : [],
            "urls" : [],
            "text" : "Frohes Neues! 🎆",
            "mediaUrls" : [],
            "senderId" : "300501",
            "id" : "1344795470853046273",
            "createdAt" : "2021-01-01T00:00:00.000Z"
          }
        },
        {
          "reactionCreate" : {
            "senderId" : "200100",
            "reactionKey" : "agree",
            "eventId" : "1344795470853046273",
            "createdAt" : "2021-01-01T00:05:00.000Z"
          }
        }
      ]
    }
  },
  {
    "dmConversation" : {
      "conversationId" : "200100-9990001",
      "messages" : [
        {
          "welcomeMessageCreate" : {
            "id" : "1488814448440246273",
            "senderId" : "9990001",
            "recipientId" : "200100",
            "text" : "Welcome to Kiln Shop support!",
            "createdAt" : "2022-02-02T10:00:00.000Z",
            "mediaUrls" : []
          }
        }
      ]
    }
  }
]