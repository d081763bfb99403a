window.YTD.follower.part0 = [
  {
    "follower" : {
      "accountId" : "300501",
      "userLink" : "https://twitter.com/intent/user?user_id=300501"
    }
  },
  {
    "follower" : {
      "accountId" : "300502",
      "userLink" : "https://twitter.com/intent/user?user_id=300502"
    }
  },
  {
    "follower" : {
      "accountId" : "399002",
      "userLink" : "https://twitter.com/intent/user?user_id=399002"
    }
  }
]