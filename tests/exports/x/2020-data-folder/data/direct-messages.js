window.YTD.direct_messages.part0 = [
  {
    "dmConversation" : {
      "conversationId" : "200100-300502",
      "messages" : [
        {
          "messageCreate" : {
            "recipientId" : "300502",
            "text" : "Tom &amp; Jerry, &lt;3",
            "mediaUrls" : [],
            "senderId" : "200100",
            "id" : "1246769804866486273",
            "createdAt" : "2020-04-05T12:01:00.000Z"
          }
        },
        {
          "messageCreate" : {
            "recipientId" : "200100",
            "text" : "Kommst du zur Messe? ☕️",
            "mediaUrls" : [],
            "senderId" : "300502",
            "id" : "1246769553724145665",
            "createdAt" : "2020-04-05T12:00:00.123Z"
          }
        }
      ]
    }
  }
]