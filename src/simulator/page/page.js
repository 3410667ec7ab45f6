// Starts the page of the local workspace; its parts lie in the other scripts.
'use strict';

setUpComposer();
setUpSurfaces();
setUpPanel();
drawList();
drawConversation();
pollForEver();
watchSurfacesForEver();
watchStateForEver();
