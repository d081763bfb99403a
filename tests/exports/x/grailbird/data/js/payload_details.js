var payload_details =  {
  "tweets" : 5,
  "created_at" : "2013-02-01 07:00:00 +0000",
  "lang" : "en"
}