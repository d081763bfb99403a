window.YTD.like.part0 = [
  {
    "like" : {
      "tweetId" : "1664210175390646273",
      "fullText" : "Open kiln &amp; open heart ❤️",
      "expandedUrl" : "https://twitter.com/i/web/status/1664210175390646273"
    }
  }
]