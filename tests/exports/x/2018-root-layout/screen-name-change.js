window.YTD.screen_name_change.part0 = [
  {
    "screenNameChange" : {
      "accountId" : "200100",
      "screenNameChange" : {
        "changedAt" : "2013-05-01T10:00:00.000Z",
        "changedFrom" : "mira_alt",
        "changedTo" : "mira_ton"
      }
    }
  }
]