window.YTD.like.part0 = [
  {
    "like" : {
      "tweetId" : "980384273003446273"
    }
  }
]