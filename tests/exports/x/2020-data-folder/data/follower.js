window.YTD.follower.part0 = [
  {
    "follower" : {
      "accountId" : "300502",
      "userLink" : "https://twitter.com/intent/user?user_id=300502"
    }
  }
]