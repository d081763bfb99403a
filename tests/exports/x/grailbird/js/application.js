var Grailbird = {data:{}};
