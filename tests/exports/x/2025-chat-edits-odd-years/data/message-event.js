window.YTD.message_event.part0 = [
  {
    "messageEvent" : {
      "sequenceId" : "1962455388779446273",
      "messageId" : "0190a1b2-0000-7000-8000-000000000001",
      "senderId" : "300501",
      "conversationId" : "200100:300501",
      "conversationToken" : "AAtoken",
      "createdAtMsec" : "1756720800000",
      "detail" : {
        "messageCreateEvent" : {
          "contents" : "q83vEjRWeJCrze8SNFZ4kKvN7w==",
          "conversationKeyVersion" : "1756000000000",
          "shouldNotify" : true
        }
      }
    }
  },
  {
    "messageEvent" : {
      "sequenceId" : "1962456648119222274",
      "messageId" : "0190a1b2-0000-7000-8000-000000000002",
      "senderId" : "200100",
      "conversationId" : "200100:300501",
      "conversationToken" : "AAtoken",
      "createdAtMsec" : "1756721100250",
      "detail" : {
        "messageCreateEvent" : {
          "contents" : "3q2+796tvu/erb7v",
          "conversationKeyVersion" : "1756000000000"
        }
      }
    }
  },
  {
    "messageEvent" : {
      "sequenceId" : "1962456898728886275",
      "messageId" : "0190a1b2-0000-7000-8000-000000000003",
      "senderId" : "300501",
      "conversationId" : "200100:300501",
      "conversationToken" : "AAtoken",
      "createdAtMsec" : "1756721160000",
      "detail" : {
        "markConversationReadEvent" : {
          "seenUntilSequenceId" : "1",
          "seenAtMillis" : "1756720000000"
        }
      }
    }
  },
  {
    "messageEvent" : {
      "sequenceId" : "1962817776645046276",
      "messageId" : "0190a1b2-0000-7000-8000-000000000004",
      "senderId" : "300503",
      "conversationId" : "g1900000000000000001",
      "conversationToken" : "AAtoken",
      "createdAtMsec" : "1756807200000",
      "detail" : "AAECAwQFBgc="
    }
  },
  {
    "messageEvent" : {
      "sequenceId" : "1962818028303286277",
      "messageId" : "0190a1b2-0000-7000-8000-000000000005",
      "senderId" : "300504",
      "conversationId" : "g1900000000000000001",
      "conversationToken" : "AAtoken",
      "createdAtMsec" : "1756807260000",
      "detail" : "AAECAwQFBgc="
    }
  },
  {
    "messageEvent" : {
      "sequenceId" : "1962818279961526278",
      "messageId" : "0190a1b2-0000-7000-8000-000000000006",
      "senderId" : "200100",
      "conversationId" : "g1900000000000000001",
      "conversationToken" : "AAtoken",
      "createdAtMsec" : "1756807320000",
      "detail" : "AAECAwQFBgc="
    }
  }
]