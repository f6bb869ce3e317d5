/** The API reference: Swagger UI over this server's own description, with nothing fetched from elsewhere. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "./reference.css";

SwaggerUI({
  url: "/openapi.json",
  domNode: document.getElementById("reference"),
  validatorUrl: null, // the default one belongs to somebody else
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
});
