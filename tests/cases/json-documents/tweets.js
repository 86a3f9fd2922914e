window.YTD.tweets.part0 = [ { "tweet" : { "at" : "Sat Aug 12 16:10:37 +0000 2023", "who":"a", "text":"]}" } } ]
