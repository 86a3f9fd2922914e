window.YTD.direct_messages.part0 = [
  {"dmConversation": {"conversationId": "9100000001-9200000002", "messages": [
    {"messageCreate": {"senderId": "9100000001", "recipientId": "9200000002", "text": "hello", "id": "31", "createdAt": "2026-01-11T21:42:09.068Z"}},
    {"messageCreate": {"senderId": "9200000002", "recipientId": "9100000001", "text": "hello!", "id": "32", "createdAt": "2026-01-11T21:43:09.068Z"}}]}}
]
