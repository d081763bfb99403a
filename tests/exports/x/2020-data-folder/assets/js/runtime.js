window.YTD = window.YTD || {}; !function(e){}([]);
