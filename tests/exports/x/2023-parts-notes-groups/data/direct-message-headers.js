window.YTD.direct_message_headers.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "200100-300501",
      "messages" : [
        {
          "messageCreate" : {
            "id" : "1630870491755446273",
            "senderId" : "200100",
            "recipientId" : "300501",
            "createdAt" : "2023-03-01T10:00:00.000Z"
          }
        }
      ]
    }
  }
]