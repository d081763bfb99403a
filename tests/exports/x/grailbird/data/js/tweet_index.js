var tweet_index =  [
  {
    "file_name" : "data/js/tweets/2013_01.js",
    "year" : 2013,
    "var_name" : "tweets_2013_01",
    "tweet_count" : 3,
    "month" : 1
  },
  {
    "file_name" : "data/js/tweets/2010_02.js",
    "year" : 2010,
    "var_name" : "tweets_2010_02",
    "tweet_count" : 2,
    "month" : 2
  }
]