using System.Text.Json.Nodes;
using LoadGen.Measuring;
using LoadGen.Reports;

namespace LoadGen.Wan;

/// <summary>What all runs of all cells have measured.</summary>
internal sealed class WanResults
{
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>In the order in which they were first measured.</summary>
    public IEnumerable<Entry> All => _entries.Values.OrderBy(entry => entry.Order);

    public void Add(WanCell cell, JsonObject result, LatencyHistogram? latency)
    {
        if (!_entries.TryGetValue(cell.Key, out Entry? entry))
        {
            _entries.Add(cell.Key, entry = new Entry(cell, _entries.Count));
        }

        entry.Runs.Add(result);
        if (latency is not null)
        {
            entry.Latency.Add(latency);
        }
    }

    public Entry? Find(string profile, WanPart part, string contender) =>
        All.FirstOrDefault(entry => entry.Cell.Profile.Name == profile && entry.Cell.Part == part && entry.Cell.Contender.Name == contender);

    public IEnumerable<Entry> Of(string profile, WanPart part) =>
        All.Where(entry => entry.Cell.Profile.Name == profile && entry.Cell.Part == part);

    internal sealed class Entry(WanCell cell, int order)
    {
        public WanCell Cell { get; } = cell;

        public int Order { get; } = order;

        public List<JsonObject> Runs { get; } = [];

        /// <summary>Of all runs together.</summary>
        public LatencyHistogram Latency { get; } = new();

        /// <summary>The median of the runs; not a number when none has it.</summary>
        public double this[string key] => Median.Of(Runs.Select(run => run[key]).OfType<JsonValue>().Select(value => value.GetValue<double>()));

        /// <summary>Runs that were disturbed until the end of patience.</summary>
        public int Disturbed => Runs.Count(run => run["disturbed"]?.GetValue<bool>() ?? false);
    }
}
