using System.Text.Json.Serialization;

namespace Wan.Control;

/// <summary>JSON without reflection. One line each on the socket; indentation is for those who read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlResponse))]
[JsonSerializable(typeof(WanState))]
[JsonSerializable(typeof(StatsReport))]
internal sealed partial class WanJson : JsonSerializerContext;
