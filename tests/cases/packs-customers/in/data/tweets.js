window.YTD.tweets.part0 = [
  {"tweet": {"id_str": "1701", "created_at": "Mon Jan 12 17:10:37 +0000 2026", "full_text": "@mia on its way", "in_reply_to_user_id": "9100000001"}},
  {"tweet": {"id_str": "1702", "created_at": "Tue Jan 13 17:10:37 +0000 2026", "full_text": "Winter sale"}}
]
