window.YTD.direct_messages.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "200100-300501",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "reactions" : [],
            "urls" : [],
            "text" : "merci 🙏",
            "mediaUrls" : [],
            "senderId" : "300501",
            "id" : "1776633712604086273",
            "createdAt" : "2024-04-06T15:31:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "recipientId" : "300501",
            "reactions" : [],
            "urls" : [],
            "text" : "hey, sending you the doc later today",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1776633460945846273",
            "createdAt" : "2024-04-06T15:30:00.000Z"
          }
        }
      ]
    }
  }
]
