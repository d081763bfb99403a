!function(e){}([]);
