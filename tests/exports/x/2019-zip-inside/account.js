window.YTD.account.part0 = [
  {
    "account" : {
      "email" : "mira@example.org",
      "createdVia" : "web",
      "username" : "mira_ton",
      "accountId" : "200100",
      "createdAt" : "2010-02-14T09:30:00.000Z",
      "accountDisplayName" : "Mira Köhler"
    }
  }
]