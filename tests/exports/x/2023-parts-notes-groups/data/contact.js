window.YTD.contact.part0 = [
  {
    "contact" : {
      "id" : "1",
      "emails" : [
        "ada@example.org"
      ],
      "phoneNumbers" : [
        "+4922112345"
      ]
    }
  }
]