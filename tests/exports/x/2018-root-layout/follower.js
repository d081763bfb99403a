[
  {
    "follower" : {
      "accountId" : "300501",
      "userLink" : "https://twitter.com/intent/user?user_id=300501"
    }
  },
  {
    "follower" : {
      "accountId" : "399001",
      "userLink" : "https://twitter.com/intent/user?user_id=399001"
    }
  }
]