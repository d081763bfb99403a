window.YTD.following.part0 = [
  {
    "following" : {
      "accountId" : "300501",
      "userLink" : "https://twitter.com/intent/user?user_id=300501"
    }
  }
]