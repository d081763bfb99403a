window.YTD.direct_message.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "300503-200100",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "text" : "schau mal https://t.co/Pic1234567",
            "mediaUrls" : [
              "https://ton.twitter.com/dm/1/2/a.jpg"
            ],
            "senderId" : "300503",
            "id" : "1197967987307446273",
            "createdAt" : "2019-11-22T20:00:00.000Z"
          }
        }
      ]
    }
  }
]