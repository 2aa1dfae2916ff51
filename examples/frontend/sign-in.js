// The page for signing in of the examples with FastAPI and Flask; Django has one of its own.

const form = document.querySelector("#sign-in");
const problem = document.querySelector("#problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.hidden = true;
  const answer = await fetch("/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  if (answer.ok) {
    location.assign("/");
    return;
  }
  problem.textContent = "This name and this password do not belong together.";
  problem.hidden = false;
});
