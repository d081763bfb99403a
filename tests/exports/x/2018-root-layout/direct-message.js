window.YTD.direct_message.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "200100-300501",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "text" : "Danke! Und grüß Jörg 😀",
            "mediaUrls" : [],
            "senderId" : "300501",
            "id" : "994638196765622273",
            "createdAt" : "2018-05-10T18:00:00.250Z"
          }
        },
        {
          "messageCreate" : {
            "recipientId" : "300501",
            "text" : "The print is on its way",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "994630645969846273",
            "createdAt" : "2018-05-10T17:30:00.000Z"
          }
        }
      ]
    }
  }
]