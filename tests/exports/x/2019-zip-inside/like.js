window.YTD.like.part0 = [
  {
    "like" : {
      "tweetId" : "1134761503749046273",
      "fullText" : "Clay &amp; fire",
      "expandedUrl" : "https://twitter.com/i/web/status/1134761503749046273"
    }
  }
]