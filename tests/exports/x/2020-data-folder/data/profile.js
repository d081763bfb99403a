window.YTD.profile.part0 = [
  {
    "profile" : {
      "description" : {
        "bio" : "potter",
        "website" : "https://t.co/x",
        "location" : "Köln"
      },
      "avatarMediaUrl" : "https://pbs.twimg.com/a.jpg"
    }
  }
]