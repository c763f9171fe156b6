for (const figure of document.querySelectorAll("figure.player")) figure.player = new Player(figure);
