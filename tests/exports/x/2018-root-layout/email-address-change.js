window.YTD.email_address_change.part0 = [
  {
    "emailChange" : {
      "accountId" : "200100",
      "emailChange" : {
        "changedAt" : "2012-01-01T10:00:00.000Z",
        "changedFrom" : "mira@oldmail.example",
        "changedTo" : "mira@example.org"
      }
    }
  }
]