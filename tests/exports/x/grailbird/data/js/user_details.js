var user_details =  {
  "screen_name" : "mira_ton",
  "location" : "Köln",
  "full_name" : "Mira Köhler",
  "bio" : "potter",
  "id" : "200100",
  "created_at" : "2010-02-14 09:30:00 +0000"
}