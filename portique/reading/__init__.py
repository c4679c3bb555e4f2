"""What is asked: selections, definitions, questions and the exhibits that answer them."""
