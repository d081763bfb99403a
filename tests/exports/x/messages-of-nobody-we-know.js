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
        }
      ]
    }
  }
]