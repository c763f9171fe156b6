for (const figure of document.querySelectorAll("figure.player")) figure.player = new Player(figure);
for (const element of document.querySelectorAll("section.exercise"))
    element.exercise = new Exercise(element);
